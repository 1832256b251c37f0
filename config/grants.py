"""What the application's role may do in the database: everything with rows, nothing with tables, the log only grows."""

from django.conf import settings
from django.db import connection
from psycopg import sql

APPEND_ONLY = (
    "dispatch_orderevent",
    "dispatch_paper",
    "dispatch_consent",
    "dispatch_warrantydecision",
    "dispatch_privacyrecord",
    "dispatch_auditentry",
    "technicians_move",
)


def grant(role: str | None = None) -> bool:
    """Give `role` (by default the application's) its rights, as the owner, after migrations; safe to repeat.

    Returns False where owner and application are one role: then only the triggers guard the log (H-N2).
    """
    role = role or settings.APPLICATION_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            return False
        name = sql.Identifier(role)
        rights = [
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name),
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        ]
        for table in APPEND_ONLY:
            log = sql.Identifier(table)
            rights.append(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(log, name))
        for statement in rights:
            cursor.execute(statement.as_string(connection.connection))
    return True
