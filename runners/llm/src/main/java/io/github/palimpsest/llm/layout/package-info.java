/**
 * How records are laid out in data files, apart from their format: the columns that stand for the
 * keys of the format, the policy for records that cannot be read, several files with weights, and
 * what is told of them.
 *
 * <p>This package knows neither formats nor engines that read files.
 */
@NullMarked
package io.github.palimpsest.llm.layout;

import org.jspecify.annotations.NullMarked;
