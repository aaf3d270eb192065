@NullMarked
package io.github.palimpsest.llm.gguf;

import org.jspecify.annotations.NullMarked;
