/** Text from outside made fit to be shown. */
@NullMarked
package io.github.palimpsest.ablation.text;

import org.jspecify.annotations.NullMarked;
