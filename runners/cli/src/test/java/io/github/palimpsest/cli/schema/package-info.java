/** Tests of what commands print as JSON. */
@NullMarked
package io.github.palimpsest.cli.schema;

import org.jspecify.annotations.NullMarked;
