@NullMarked
package io.github.palimpsest.llm.jinja;

import org.jspecify.annotations.NullMarked;
