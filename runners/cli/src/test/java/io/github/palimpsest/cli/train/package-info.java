@NullMarked
package io.github.palimpsest.cli.train;

import org.jspecify.annotations.NullMarked;
