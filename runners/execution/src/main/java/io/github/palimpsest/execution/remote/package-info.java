/**
 * Results in a folder that machines reach by its address and not as a mounted folder: start at
 * {@link io.github.palimpsest.execution.remote.RemoteGrid}. What knows a file system is a {@link
 * io.github.palimpsest.execution.remote.RemoteFiles} in a module of its own.
 */
@NullMarked
package io.github.palimpsest.execution.remote;

import org.jspecify.annotations.NullMarked;
