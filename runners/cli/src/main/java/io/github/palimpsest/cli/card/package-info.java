/** Model cards: the README.md that a command writes next to the weights that it saves. */
@NullMarked
package io.github.palimpsest.cli.card;

import org.jspecify.annotations.NullMarked;
