@NullMarked
package io.github.palimpsest.llm.layout;

import org.jspecify.annotations.NullMarked;
