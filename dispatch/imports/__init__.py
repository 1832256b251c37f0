"""Order files from outside: read any .csv or .xlsx an outlet has, keep what is sound, say why of the rest.

Everything here but `intake` is pure: a file goes in, drafts and refusals come out, row by row, in constant memory.
"""
