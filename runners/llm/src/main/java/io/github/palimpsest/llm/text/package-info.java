/**
 * Turns text files into the token ids for the training and evaluation of a language model.
 *
 * <p>Start at {@link io.github.palimpsest.llm.text.DataSource}, which reads a file into {@linkplain
 * io.github.palimpsest.llm.text.Document documents}. {@link
 * io.github.palimpsest.llm.text.ExampleEncoder} turns them into examples with a {@link
 * io.github.palimpsest.llm.text.TextTokenizer}. {@link io.github.palimpsest.llm.text.HoldOut} keeps
 * some of them for evaluation.
 *
 * <p>This package knows no model. It uses the data formats of {@link
 * io.github.palimpsest.llm.format}, and wraps the libraries that read files: Jackson, DuckDB and
 * the Hugging Face tokenizers. It never uses a network.
 */
@NullMarked
package io.github.palimpsest.llm.text;

import org.jspecify.annotations.NullMarked;
