@NullMarked
package io.github.palimpsest.execution.remote;

import org.jspecify.annotations.NullMarked;
