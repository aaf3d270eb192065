/** What {@code describe} prints of a component. */
@NullMarked
package io.github.palimpsest.cli.describe;

import org.jspecify.annotations.NullMarked;
