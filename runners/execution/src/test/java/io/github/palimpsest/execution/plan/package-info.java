@NullMarked
package io.github.palimpsest.execution.plan;

import org.jspecify.annotations.NullMarked;
