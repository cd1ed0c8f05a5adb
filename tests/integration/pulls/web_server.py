"""A web server of files with TLS and an account, as a process of its own: `web_server.py FOLDER PORT CERT KEY PAIR`."""

import base64
import functools
import http.server
import ssl
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    expected = ""

    def send_head(self):  # type: ignore[no-untyped-def]
        if self.headers.get("Authorization") != self.expected:
            self.send_error(401, "Unauthorized")
            return None
        if self.path.endswith("/moved.csv"):
            self.send_response(302)
            self.send_header("Location", "/out/cases_2026Q1.csv")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:
        pass


def main(folder: str, port: str, certificate: str, key: str, pair: str) -> None:
    Handler.expected = "Basic " + base64.b64encode(pair.encode()).decode()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), functools.partial(Handler, directory=folder))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
