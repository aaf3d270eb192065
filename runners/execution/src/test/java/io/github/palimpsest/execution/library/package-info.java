@NullMarked
package io.github.palimpsest.execution.library;

import org.jspecify.annotations.NullMarked;
