@NullMarked
package io.github.palimpsest.llm.chat;

import org.jspecify.annotations.NullMarked;
