@NullMarked
package io.github.palimpsest.execution.file;

import org.jspecify.annotations.NullMarked;
