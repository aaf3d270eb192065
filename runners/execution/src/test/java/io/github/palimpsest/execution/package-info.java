@NullMarked
package io.github.palimpsest.execution;

import org.jspecify.annotations.NullMarked;
