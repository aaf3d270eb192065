@NullMarked
package io.github.palimpsest.execution.pool;

import org.jspecify.annotations.NullMarked;
