@NullMarked
package io.github.palimpsest.llm.measure;

import org.jspecify.annotations.NullMarked;
