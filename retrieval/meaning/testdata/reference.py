"""Writes what the tests of this package compare with, by other people's implementations:
the pieces of texts by the library tokenizers, and their vectors by onnxruntime.

    pip install numpy onnx onnxruntime safetensors tokenizers
    python3 reference.py tiny                 # testdata/tiny: a BERT with random weights, tiny.json, and the same quantised
    python3 reference.py FOLDER NAME.json     # the same texts with a published model
    python3 reference.py FOLDER NAME.json pairs [LIMIT]   # pairs of a question and a passage, with a cross-encoder
"""
import json, os, shutil, sys
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

here = os.path.dirname(os.path.abspath(__file__))
words = "printer offline reset password the of and vpn mail error disk full not".split()
suffixes = "##ing ##er ##ed ##s".split()
texts = [
    "",
    " \t\n",
    "The printer is offline and does not print",
    "Crème brûlée, naïve façade, ÅNGSTRÖM, İstanbul, Straße",
    "東京タワー is 333 m high; 打印机脱机",
    "한국어 텍스트 and कार्यालय and עִבְרִית",
    "printer 🖨️ on fire 🔥🔥 👩‍💻",
    "[CLS] a [SEP] b [MASK] [PAD] [UNK] ##ing",
    "ab\u0000cd\ufffdef\u200bgh\u00adij\u0007kl\ue000mn",
    "error 0x80070057: can't open C:\\temp\\a_b.txt (code=-5) $5 + 3 < 9 ~ ^ `x`",
    "line\r\nbreak\u00a0space\u2003wide\u2028separator\u3000ideographic",
    "x" * 100 + " " + "y" * 101 + " end",
    "ﬁrst ½ Ⅷ ① ＡＢＣ ｶﾞ e\u0301 \u0301 ǅ",
    "“quoted” – dash… ¿qué? «oui» 、。！",
    "the disk is full " * 2500,
    "vpn",
]
pairs = [
    ("printer offline", "The printer is offline and does not print"),
    ("printer offline", "reset the password of the mail"),
    ("How can I get into my mail when I forgot the word I log in with?",
     "Reset password › Cause\nA reset of the password takes a minute. Open the portal and choose Forgotten."),
    ("How can I get into my mail when I forgot the word I log in with?", "The disk is full › Fix\nDelete what is old."),
    ("", "the disk is full"), ("vpn", ""), ("Crème brûlée 東京タワー 🖨️ [SEP]", "한국어 [CLS] error 0x80070057"),
    ("the disk is full " * 200, "not full " * 300), ("vpn", "mail error " * 500),
]


def tiny(dir):
    """A BERT of two layers whose weights are drawn with a fixed seed."""
    os.makedirs(os.path.join(dir, "1_Pooling"), exist_ok=True)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    single = letters + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~東京打印机脱한국어कαω“”–…¿«»、。！½①"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(single)
    vocabulary += ["##" + c for c in letters] + words + suffixes
    c = dict(model_type="bert", hidden_size=32, intermediate_size=48, num_attention_heads=2, num_hidden_layers=2,
             max_position_embeddings=64, vocab_size=len(vocabulary), type_vocab_size=2, hidden_act="gelu",
             layer_norm_eps=1e-12)
    with open(os.path.join(dir, "config.json"), "w") as f:
        json.dump(c, f, indent=1)
    with open(os.path.join(dir, "vocab.txt"), "w") as f:
        f.write("".join(p + "\n" for p in vocabulary))
    for name, x in {"tokenizer_config.json": {"do_lower_case": True}, "sentence_bert_config.json": {"max_seq_length": 48},
                    "config_sentence_transformers.json": {"prompts": {"query": "the "}},
                    "1_Pooling/config.json": {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}}.items():
        with open(os.path.join(dir, name), "w") as f:
            json.dump(x, f)
    random, w = np.random.default_rng(12), {}
    size, inner = c["hidden_size"], c["intermediate_size"]

    def draw(name, *shape):
        w[name] = (random.normal(0, .3, shape) + (1 if name.endswith("LayerNorm.weight") else 0)).astype(np.float32)

    def linear(name, out, size):
        draw(name + ".weight", out, size)
        draw(name + ".bias", out)

    def norm(name):
        draw(name + ".weight", size)
        draw(name + ".bias", size)

    draw("embeddings.word_embeddings.weight", len(vocabulary), size)
    draw("embeddings.position_embeddings.weight", 64, size)
    draw("embeddings.token_type_embeddings.weight", 2, size)
    norm("embeddings.LayerNorm")
    for i in range(c["num_hidden_layers"]):
        at = f"encoder.layer.{i}."
        for part in "query", "key", "value":
            linear(at + "attention.self." + part, size, size)
        linear(at + "attention.output.dense", size, size)
        norm(at + "attention.output.LayerNorm")
        linear(at + "intermediate.dense", inner, size)
        linear(at + "output.dense", size, inner)
        norm(at + "output.LayerNorm")
    linear("pooler.dense", size, size)
    linear("classifier", 1, size)
    save_file(w, os.path.join(dir, "model.safetensors"))


def graph(dir, c):
    """The model as a graph of elementary operations."""
    w = load_file(os.path.join(dir, "model.safetensors"))
    size, heads = c["hidden_size"], c["num_attention_heads"]
    nodes, constants = [], []

    def constant(a, name=None):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(a), name or f"c{len(constants)}"))
        return constants[-1].name

    def stored(name):
        return constant(w[name], name)

    def op(kind, *inputs, **attributes):
        nodes.append(helper.make_node(kind, list(inputs), [f"n{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def linear(x, name):
        return op("Add", op("MatMul", x, constant(w[name + ".weight"].T)), stored(name + ".bias"))

    def norm(x, name):
        return op("LayerNormalization", x, stored(name + ".weight"), stored(name + ".bias"),
                  axis=-1, epsilon=c["layer_norm_eps"])

    def number(v):
        return constant(np.array(v, np.float32))

    x = None
    for name, ids in ("word", "ids"), ("token_type", "types"), ("position", "positions"):
        e = op("Gather", stored(f"embeddings.{name}_embeddings.weight"), ids)
        x = e if x is None else op("Add", x, e)
    x = norm(x, "embeddings.LayerNorm")
    split = constant(np.array([0, 0, heads, size // heads], np.int64))
    joined = constant(np.array([0, 0, size], np.int64))
    for i in range(c["num_hidden_layers"]):
        at = f"encoder.layer.{i}."
        q, k, v = (op("Transpose", op("Reshape", linear(x, at + "attention.self." + part), split), perm=perm)
                   for part, perm in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])))
        a = op("Softmax", op("Div", op("MatMul", q, k), number(np.sqrt(size // heads))), axis=-1)
        a = op("Reshape", op("Transpose", op("MatMul", a, v), perm=[0, 2, 1, 3]), joined)
        x = norm(op("Add", linear(a, at + "attention.output.dense"), x), at + "attention.output.LayerNorm")
        u = linear(x, at + "intermediate.dense")
        u = op("Mul", op("Mul", u, number(.5)), op("Add", op("Erf", op("Div", u, number(np.sqrt(2)))), number(1)))
        x = norm(op("Add", linear(u, at + "output.dense"), x), at + "output.LayerNorm")
    nodes.append(helper.make_node("Identity", [x], ["hidden"]))
    outputs = [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["texts", "tokens", size])]
    if "classifier.weight" in w:
        first = op("Gather", x, constant(np.array(0, np.int64)), axis=1)
        score = linear(op("Tanh", linear(first, "pooler.dense")), "classifier")
        nodes.append(helper.make_node("Identity", [score], ["logits"]))
        outputs.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", 1, 1]))
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["texts", "tokens"]) for n in ("ids", "types", "positions")]
    model = helper.make_model(helper.make_graph(nodes, "bert", inputs, outputs, constants),
                              opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model.SerializeToString()


def tokenizer(dir):
    """BERT's tokenizer, to which special tokens in a text are text."""
    with open(os.path.join(dir, "vocab.txt")) as f:
        vocabulary = {line.rstrip("\n"): i for i, line in enumerate(f)}
    t = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return t, vocabulary


def load(dir, name):
    path = os.path.join(dir, name)
    return json.load(open(path)) if os.path.exists(path) else {}


def quantise(dir, c):
    """The same model with matrices of integers, as packages carry it, in a folder beside."""
    small = dir + "-int8"
    shutil.copytree(dir, small, dirs_exist_ok=True)
    os.remove(os.path.join(small, "model.safetensors"))
    with open(os.path.join(small, "full.onnx"), "wb") as f:
        f.write(graph(dir, c))
    quantize_dynamic(os.path.join(small, "full.onnx"), os.path.join(small, "model.onnx"), per_channel=True,
                     weight_type=QuantType.QInt8)
    os.remove(os.path.join(small, "full.onnx"))


class Runner:
    """A model with its tokenizer."""

    def __init__(self, dir):
        self.dir, self.config = dir, load(dir, "config.json")
        small = os.path.join(dir, "model.onnx")
        model = small if os.path.exists(small) else graph(dir, self.config)
        self.session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        self.tokenizer, vocabulary = tokenizer(dir)
        self.first, self.between = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def pieces(self, text, limit):
        return self.tokenizer.encode(text, add_special_tokens=False).ids[:limit]

    def run(self, output, ids, second):
        names = dict(input_ids="ids", token_type_ids="types", attention_mask="mask")
        ids, places = np.array([ids]), np.arange(len(ids))[None]
        inputs = dict(ids=ids, types=(places >= second).astype(np.int64), positions=places, mask=ids * 0 + 1)
        inputs = {i.name: inputs[names.get(i.name, i.name)] for i in self.session.get_inputs()}
        return self.session.run([output], inputs)[0][0]


def main(dir, out):
    m = Runner(dir)
    limit = load(dir, "sentence_bert_config.json").get("max_seq_length", m.config["max_position_embeddings"])
    first = load(dir, "1_Pooling/config.json").get("pooling_mode_cls_token", False)
    cases = []
    for text in texts:
        pieces = m.pieces(text, limit - 2)
        hidden = m.run(m.session.get_outputs()[0].name, [m.first] + pieces + [m.between], limit)
        v = hidden[0] if first else hidden.mean(0)
        v = v / np.linalg.norm(v)
        cases.append(dict(text=text, tokens=pieces, vector=[round(float(x), 6) for x in v]))
    write(out, cases)


def score_pairs(dir, out, limit):
    m = Runner(dir)
    cases = []
    for question, passage in pairs:
        first = [m.first] + m.pieces(question, limit // 2) + [m.between]
        ids = first + m.pieces(passage, limit - len(first) + 2) + [m.between]
        score = m.run("logits", ids, len(first))
        cases.append(dict(question=question, passage=passage, limit=limit, score=round(float(score.ravel()[0]), 5)))
    write(out, cases)


def write(out, cases):
    with open(out, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(x) for x in cases) + "\n]\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["tiny"]:
        small = os.path.join(here, "tiny")
        tiny(small)
        quantise(small, load(small, "config.json"))
        for dir in small, small + "-int8":
            main(dir, dir + ".json")
            score_pairs(dir, dir + "-pairs.json", 40)
    elif sys.argv[3:4] == ["pairs"]:
        score_pairs(sys.argv[1], sys.argv[2], int((sys.argv[4:] or ["128"])[0]))
    else:
        main(sys.argv[1], sys.argv[2])
