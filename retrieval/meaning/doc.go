// Package meaning runs small language models of the BERT kind in the process: an Encoder turns
// texts into vectors whose cosines say how near the texts are in meaning.
//
// A model is a folder as it is published: config.json, model.safetensors or a model.onnx whose
// matrices are quantised, the vocabulary in tokenizer.json or vocab.txt, and, where the model has
// them, 1_Pooling/config.json,
// sentence_bert_config.json and config_sentence_transformers.json. Other architectures are
// refused. Weights are never part of the program.
//
// The package imports nothing of this module but its kernels (meaning/nn): no cgo, no service,
// no network. What it computes agrees with the reference implementations to a cosine of .9999.
package meaning
