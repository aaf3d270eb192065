/**
 * The part of the Jinja language that chat templates use, with the whitespace rules of transformers
 * ({@code trim_blocks}, {@code lstrip_blocks}), its loop controls, and its {@code generation} tag.
 *
 * <p>A template is input from a stranger. Its values are copies of JSON: it reaches no Java object,
 * no file, no clock and no random number. The steps, the text and the nesting of a rendering are
 * limited. Decision 0054 says why this is not a library.
 *
 * <p>This package may use only the api.
 */
@NullMarked
package io.github.palimpsest.llm.jinja;

import org.jspecify.annotations.NullMarked;
