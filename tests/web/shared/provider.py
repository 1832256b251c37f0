"""A small OpenID provider on the loopback: signs with RS256, checks PKCE, the secret, and that a code is used once."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "doorstep", "not-a-secret"


class Provider:
    """Who is signed in there, and how the provider misbehaves: `claims`, `token` and `answer` are merged in."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with, self.algorithm, self.kid = self.key, "RS256", "one"
        self.person = {"sub": "4711", "email": "chen@example.com", "email_verified": True, "preferred_username": "chen"}
        self.claims, self.answer, self.gives_token, self.has_userinfo = {}, None, True, True
        self.codes, self.tokens, self.refused = {}, {}, []
        self.address = ""

    def configuration(self):
        found = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        return found | ({"userinfo_endpoint": f"{self.address}/userinfo"} if self.has_userinfo else {})

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked):
        """Return where the browser goes: back, with a code for whoever is signed in here."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent):
        """Return (status, answer) for a code."""
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        good = (
            asked
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and challenge.decode().rstrip("=") == asked.get("code_challenge")
        )
        if not good:
            self.refused.append(sent)
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        said |= self.person | self.claims
        self.tokens[access] = self.person if self.answer is None else self.answer
        found = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.gives_token:
            said = {name: value for name, value in said.items() if value is not None}
            found["id_token"] = jwt.encode(said, self.signs_with, algorithm=self.algorithm, headers={"kid": self.kid})
        return 200, found


def handler_of(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                self.end_headers()
                return
            if parts.path == "/userinfo":
                known = provider.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
                self.say(200 if known is not None else 401, known or {})
                return
            pages = {"/.well-known/openid-configuration": provider.configuration, "/jwks": provider.keys}
            page = pages.get(parts.path)
            self.say(200 if page else 404, page() if page else {})

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.say(*provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        def say(self, status, content):
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args):
            pass

    return Handler


@contextmanager
def running():
    """Run a provider for a while."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(provider))
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
