"""The dispatcher's, the clerk's and the agent's pages."""
