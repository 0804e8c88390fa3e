"""Writes what the tests of this package compare with, by other people's implementations:
the pieces of texts by the library tokenizers, and their vectors by onnxruntime.

    pip install numpy onnx onnxruntime safetensors tokenizers
    python3 reference.py tiny                 # testdata/tiny: a BERT with random weights, tiny.json, and the same quantised
    python3 reference.py FOLDER NAME.json     # the same texts with a published model
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
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["texts", "tokens"]) for n in ("ids", "types", "positions")]
    output = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["texts", "tokens", size])
    model = helper.make_model(helper.make_graph(nodes, "bert", inputs, [output], constants),
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


def main(dir, out):
    c = load(dir, "config.json")
    limit = load(dir, "sentence_bert_config.json").get("max_seq_length", c["max_position_embeddings"])
    first = load(dir, "1_Pooling/config.json").get("pooling_mode_cls_token", False)
    small = os.path.join(dir, "model.onnx")
    model = small if os.path.exists(small) else graph(dir, c)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = dict(input_ids="ids", token_type_ids="types", attention_mask="mask")
    t, vocabulary = tokenizer(dir)
    cases = []
    for text in texts:
        pieces = t.encode(text, add_special_tokens=False).ids[:limit - 2]
        ids = np.array([[vocabulary["[CLS]"]] + pieces + [vocabulary["[SEP]"]]])
        inputs = dict(ids=ids, types=ids * 0, positions=np.arange(ids.shape[1])[None], mask=ids * 0 + 1)
        inputs = {i.name: inputs[names.get(i.name, i.name)] for i in session.get_inputs()}
        hidden = session.run(None, inputs)[0][0]
        v = hidden[0] if first else hidden.mean(0)
        v = v / np.linalg.norm(v)
        cases.append(dict(text=text, tokens=pieces, vector=[round(float(x), 6) for x in v]))
    with open(out, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(x) for x in cases) + "\n]\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["tiny"]:
        tiny(os.path.join(here, "tiny"))
        main(os.path.join(here, "tiny"), os.path.join(here, "tiny.json"))
        quantise(os.path.join(here, "tiny"), load(os.path.join(here, "tiny"), "config.json"))
        main(os.path.join(here, "tiny-int8"), os.path.join(here, "tiny-int8.json"))
    else:
        main(sys.argv[1], sys.argv[2])
