@NullMarked
package io.github.palimpsest.llm.format;

import org.jspecify.annotations.NullMarked;
