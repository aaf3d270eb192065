/**
 * What {@code palimpsest doctor} looks for: {@link io.github.palimpsest.cli.doctor.MissingParts} of
 * what an installation can do without, {@link io.github.palimpsest.cli.doctor.SharedFolder} of a
 * folder on which several machines are to work.
 */
@NullMarked
package io.github.palimpsest.cli.doctor;

import org.jspecify.annotations.NullMarked;
