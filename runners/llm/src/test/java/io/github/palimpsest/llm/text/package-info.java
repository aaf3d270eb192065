/** Tests of the text package, on data made in the tests. */
@NullMarked
package io.github.palimpsest.llm.text;

import org.jspecify.annotations.NullMarked;
