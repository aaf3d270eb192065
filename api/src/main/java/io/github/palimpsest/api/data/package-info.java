/** Examples on the host, the data of a task, and the counts of what was read, used and dropped. */
@NullMarked
package io.github.palimpsest.api.data;

import org.jspecify.annotations.NullMarked;
