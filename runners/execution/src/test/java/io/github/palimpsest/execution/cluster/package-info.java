@NullMarked
package io.github.palimpsest.execution.cluster;

import org.jspecify.annotations.NullMarked;
