@NullMarked
package io.github.palimpsest.execution.lease;

import org.jspecify.annotations.NullMarked;
