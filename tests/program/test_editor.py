"""`gait lsp` as an editor uses it: a session over its standard input and output, for JSON and for YAML."""
import json
import subprocess
import unittest

from support import ProgramTest

JSON = """{
  "StartAt": "Greet \U0001F600",
  "States": {
    "Greet \U0001F600": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": { "FunctionName": "" },
      "Next": "Lst"
    },
    "Last": { "Type": "Succeed" }
  }
}
"""
YAML = """StartAt: Greet
States:
  Greet:
    Type: Pass
    Next: Last
  Last:
    Type: Succeed
"""
CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
    }
}


class Editor:
    """The client's side: knows the text of its documents, and what was published about them."""

    def __init__(self, process):
        self.process = process
        self.number = 0
        self.texts = {}
        self.published = {}

    def write(self, message):
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self):
        length = None
        while (line := self.process.stdout.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length is not None, "something that is not the protocol"
        return json.loads(self.process.stdout.read(length))

    def request(self, method, **params):
        self.number += 1
        self.write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        answer = self.read()
        assert answer["id"] == self.number, answer
        return answer.get("result", answer.get("error"))

    def notify(self, method, **params):
        self.write({"jsonrpc": "2.0", "method": method, "params": params})

    def diagnostics(self):
        message = self.read()
        assert message["method"] == "textDocument/publishDiagnostics", message
        self.published[message["params"]["uri"]] = message["params"]
        return message["params"]["diagnostics"]

    def open(self, uri, language, text):
        self.texts[uri] = text
        self.notify("textDocument/didOpen",
                    textDocument={"uri": uri, "languageId": language, "version": 1, "text": text})
        return self.diagnostics()

    def type(self, uri, version, at, old, new):
        """Puts `new` in the place of `old`, which is behind the text `at`."""
        text = self.texts[uri]
        begin = text.index(at) + len(at)
        assert text.startswith(old, begin)
        span = {"start": self.position(uri, begin), "end": self.position(uri, begin + len(old))}
        self.texts[uri] = text[:begin] + new + text[begin + len(old):]
        self.notify("textDocument/didChange", textDocument={"uri": uri, "version": version},
                    contentChanges=[{"range": span, "text": new}])
        return self.diagnostics()

    def position(self, uri, offset):
        before = self.texts[uri][:offset]
        line = before.rsplit("\n", 1)[-1]
        return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}

    def at(self, uri, text, behind=0):
        """The parameters of a request at `text`, `behind` characters behind its beginning."""
        return {"textDocument": {"uri": uri}, "position": self.position(uri, self.texts[uri].index(text) + behind)}

    def text_of(self, uri, span):
        lines = self.texts[uri].split("\n")
        assert span["start"]["line"] == span["end"]["line"], span
        line = lines[span["start"]["line"]].encode("utf-16-le")
        return line[2 * span["start"]["character"]:2 * span["end"]["character"]].decode("utf-16-le")

    def apply(self, uri, edits):
        """The text after the edits, which an editor makes from the last one to the first."""
        lines = self.texts[uri].split("\n")
        for edit in sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True):
            start, end = edit["range"]["start"], edit["range"]["end"]
            first = lines[start["line"]].encode("utf-16-le")[:2 * start["character"]].decode("utf-16-le")
            last = lines[end["line"]].encode("utf-16-le")[2 * end["character"]:].decode("utf-16-le")
            lines[start["line"]:end["line"] + 1] = (first + edit["newText"] + last).split("\n")
        return "\n".join(lines)


class LspTest(ProgramTest):
    def session(self, **params):
        editor = Editor(self.start("lsp", "--stdio", text=False, stdin=subprocess.PIPE))
        self.capabilities = editor.request("initialize", processId=None, capabilities=CAPABILITIES, **params)["capabilities"]
        editor.notify("initialized")
        return editor

    def leave(self, editor):
        self.assertIsNone(editor.request("shutdown"))
        editor.notify("exit")
        out, err = editor.process.communicate(timeout=30)
        self.assertEqual(editor.process.returncode, 0)
        self.assertEqual(out, b"")  # nothing but the protocol
        return err.decode()

    def labels(self, answer):
        return [item["label"] for item in answer["items"]]

    def test_a_session_in_json(self):
        self.write("gait.json", {"lambda": {"functions": {"Charge": {"command": ["true"]}, "*": {"command": ["true"]}}}})
        editor = self.session(rootUri=self.folder.as_uri(), initializationOptions={"targets": "gait.json"})
        self.assertEqual(self.capabilities["positionEncoding"], "utf-16")
        uri = (self.folder / "orders.asl.json").as_uri()

        errors = [d for d in editor.open(uri, "json", JSON) if d["severity"] == 1]
        self.assertEqual([d["code"] for d in errors], ["dangling-transition", "unreachable-state"])
        self.assertEqual(editor.text_of(uri, errors[0]["range"]), '"Lst"')
        self.assertEqual(errors[0]["source"], "gait")
        self.assertEqual(editor.published[uri]["version"], 1)

        answer = editor.request("textDocument/completion", **editor.at(uri, '"Lst"', 2))
        self.assertEqual(self.labels(answer), ["Greet \U0001F600", "Last"])
        self.assertEqual(editor.text_of(uri, answer["items"][1]["textEdit"]["range"]), '"Lst"')
        answer = editor.request("textDocument/completion", **editor.at(uri, '"FunctionName": "', 17))
        self.assertEqual(self.labels(answer), ["Charge"])

        self.assertEqual([d for d in editor.type(uri, 2, '"Next": ', '"Lst"', '"Last"') if d["severity"] == 1], [])
        self.assertEqual(editor.published[uri]["version"], 2)

        found = editor.request("textDocument/definition", **editor.at(uri, '"Greet', 3))
        self.assertEqual(editor.text_of(uri, found["range"]), '"Greet \U0001F600"')
        self.assertEqual(found["range"]["start"]["line"], 3)
        found = editor.request("textDocument/references", **editor.at(uri, '"Last": {', 2), context={"includeDeclaration": False})
        self.assertEqual([r["range"]["start"]["line"] for r in found], [7])
        hover = editor.request("textDocument/hover", **editor.at(uri, '"Resource"', 2))
        self.assertIn("**Resource** · text · required", hover["contents"]["value"])
        symbols = editor.request("textDocument/documentSymbol", textDocument={"uri": uri})
        self.assertEqual([(s["name"], s["detail"]) for s in symbols], [("Greet \U0001F600", "Task"), ("Last", "Succeed")])

        place = editor.at(uri, '"Greet', 3)
        self.assertEqual(editor.request("textDocument/prepareRename", **place)["placeholder"], "Greet \U0001F600")
        edits = editor.request("textDocument/rename", **place, newName="Hello")["changes"][uri]
        renamed = json.loads(editor.apply(uri, edits))
        self.assertEqual((renamed["StartAt"], list(renamed["States"])), ("Hello", ["Hello", "Last"]))
        refused = editor.request("textDocument/rename", **place, newName="Last")
        self.assertEqual(refused["code"], -32803)
        self.assertIn("There is a state 'Last' already", refused["message"])

        old = "file:///old.asl.json"
        editor.open(old, "json", """{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true,
          "Iterator": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}}}""")
        everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        actions = editor.request("textDocument/codeAction", textDocument={"uri": old}, range=everywhere, context={"diagnostics": []})
        self.assertEqual([a["kind"] for a in actions], ["quickfix", "source.fixAll"])
        self.assertEqual(actions[0]["title"], "Rename Iterator to ItemProcessor")
        self.assertEqual(actions[0]["diagnostics"][0]["source"], "gait")
        self.assertIn('"ItemProcessor": {"StartAt": "B"', editor.apply(old, actions[0]["edit"]["changes"][old]))
        actions = editor.request("textDocument/codeAction", textDocument={"uri": old}, range=everywhere,
                                 context={"diagnostics": [], "only": ["source"]})
        self.assertEqual([a["kind"] for a in actions], ["source.fixAll"])

        graph = editor.request("gait/graph", textDocument={"uri": uri})
        self.assertIn("digraph", graph["dot"])
        self.assertIn("flowchart", graph["mermaid"])
        self.assertEqual([s["name"] for s in graph["json"]["states"]], ["Greet \U0001F600", "Last"])

        # While a field is written, the text is no JSON; what could stand there is known all the same.
        problems = editor.type(uri, 3, '"Next": "Last"', "", ',\n      "Ti')
        self.assertEqual([d["code"] for d in problems], ["invalid-json"])
        answer = editor.request("textDocument/completion", **editor.at(uri, '"Ti', 3))
        fields = {item["label"]: item for item in answer["items"]}
        self.assertIn("TimeoutSeconds", fields)
        self.assertNotIn("Next", fields)  # there already
        whole = editor.apply(uri, [fields["TimeoutSeconds"]["textEdit"]]).replace("$1", "5")
        self.assertEqual(json.loads(whole)["States"]["Greet \U0001F600"]["TimeoutSeconds"], 5)

        editor.notify("textDocument/didClose", textDocument={"uri": uri})
        self.assertEqual(editor.diagnostics(), [])
        self.assertEqual(self.leave(editor), "")

    def test_a_session_in_yaml(self):
        editor = self.session(initializationOptions={"type": "EXPRESS"})
        uri = "file:///express.asl.json"
        found = editor.open(uri, "json", """{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3600, "End": true}}}""")
        self.assertEqual([d["code"] for d in found], ["wait-too-long"])
        uri = "file:///orders.asl.yaml"
        self.assertEqual(editor.open(uri, "yaml", YAML), [])
        answer = editor.request("textDocument/completion", **editor.at(uri, "Next: Last", 6))
        self.assertEqual(self.labels(answer), ["Greet", "Last"])
        edits = editor.request("textDocument/rename", **editor.at(uri, "Last:", 1), newName="The end")["changes"][uri]
        self.assertEqual(editor.apply(uri, edits), YAML.replace("Last", "The end"))

        problems = editor.type(uri, 2, "Type: Pass", "", "\n    Res")
        self.assertEqual([d["severity"] for d in problems], [1])
        answer = editor.request("textDocument/completion", **editor.at(uri, "    Res\n", 7))
        self.assertIn("ResultPath", self.labels(answer))
        self.assertNotIn("Next", self.labels(answer))
        self.assertEqual([d["code"] for d in editor.type(uri, 3, "Pass\n    ", "Res", "Resultt: 1")], ["unknown-field"])
        self.assertEqual(editor.text_of(uri, editor.published[uri]["diagnostics"][0]["range"]), "Resultt")
        self.leave(editor)

    def test_bad_messages_do_not_end_it(self):
        editor = Editor(self.start("lsp", text=False, stdin=subprocess.PIPE))
        for sent, code in ((b'Content-Length: 5\r\n\r\n{"a":', -32700), (b"Content-Type: x\r\n\r\n", -32700),
                           (b"Content-Length: 2\r\n\r\n[]", -32600),
                           (b'Content-Length: 23\r\n\r\n{"id": 1, "method": "x"}'[:-1], -32700),
                           (b'Content-Length: 24\r\n\r\n{"id": 1, "method": "x"}', -32002)):
            editor.process.stdin.write(sent)
            editor.process.stdin.flush()
            self.assertEqual(editor.read()["error"]["code"], code, sent)
        out, err = editor.process.communicate(timeout=30)  # ends its input
        self.assertEqual((editor.process.returncode, out, err), (1, b"", b""))  # it was not told to exit


if __name__ == "__main__":
    unittest.main()
