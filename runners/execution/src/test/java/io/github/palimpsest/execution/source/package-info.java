/** Tests of fetching known sources. */
@NullMarked
package io.github.palimpsest.execution.source;

import org.jspecify.annotations.NullMarked;
