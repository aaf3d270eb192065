@NullMarked
package io.github.palimpsest.llm.hub;

import org.jspecify.annotations.NullMarked;
