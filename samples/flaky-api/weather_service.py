"""A weather service that is down at the first two requests. Runs a command with the service's URL in its arguments,
where they have {url}, and ends with it."""
import http.server
import json
import subprocess
import sys
import threading


class Service(http.server.BaseHTTPRequestHandler):
    requests = 0

    def do_GET(self):
        Service.requests += 1
        up = Service.requests > 2
        body = json.dumps({"sky": "clear"} if up else {"error": "overloaded"}).encode()
        self.send_response(200 if up else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = "http://127.0.0.1:%d" % server.server_port
sys.exit(subprocess.run([argument.replace("{url}", url) for argument in sys.argv[1:]]).returncode)
