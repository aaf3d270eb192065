@NullMarked
package io.github.palimpsest.llm.example;

import org.jspecify.annotations.NullMarked;
