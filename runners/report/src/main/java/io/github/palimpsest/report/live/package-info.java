/** A running grid in a browser: {@link io.github.palimpsest.report.live.LiveServer}. */
@NullMarked
package io.github.palimpsest.report.live;

import org.jspecify.annotations.NullMarked;
