/** Options that several commands share. */
@NullMarked
package io.github.palimpsest.cli.option;

import org.jspecify.annotations.NullMarked;
