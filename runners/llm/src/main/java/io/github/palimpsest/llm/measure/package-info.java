/** The measures that come with the runners. Each is a pure function of a model's answer. */
@NullMarked
package io.github.palimpsest.llm.measure;

import org.jspecify.annotations.NullMarked;
