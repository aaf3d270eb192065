/** The schemas of what commands print: {@link io.github.palimpsest.cli.schema.Schemas}. */
@NullMarked
package io.github.palimpsest.cli.schema;

import org.jspecify.annotations.NullMarked;
