/**
 * The results of an experiment as tables and text: start at {@link
 * io.github.palimpsest.results.text.Results}.
 */
@NullMarked
package io.github.palimpsest.results.text;

import org.jspecify.annotations.NullMarked;
