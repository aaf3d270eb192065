/**
 * Known sources of evaluation data: what they are, how they are fetched by their hash, and where
 * their records go. Start at {@link io.github.palimpsest.execution.source.KnownSource}.
 */
@NullMarked
package io.github.palimpsest.execution.source;

import org.jspecify.annotations.NullMarked;
