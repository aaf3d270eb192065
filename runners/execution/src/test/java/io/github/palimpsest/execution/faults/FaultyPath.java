package io.github.palimpsest.execution.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link FaultyFileSystem}.
 *
 * @param system whose it is
 * @param path the place in the file system behind
 */
record FaultyPath(FaultyFileSystem system, Path path) implements Path {
  static Path behind(Path path) {
    return path instanceof FaultyPath f ? f.path : path;
  }

  private Path at(Path other) {
    return new FaultyPath(system, other);
  }

  private @Nullable Path orNull(@Nullable Path other) {
    return other == null ? null : at(other);
  }

  @Override
  public FileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return path.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return orNull(path.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return orNull(path.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return orNull(path.getParent());
  }

  @Override
  public int getNameCount() {
    return path.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return at(path.getName(index));
  }

  @Override
  public Path subpath(int from, int to) {
    return at(path.subpath(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return path.startsWith(behind(other));
  }

  @Override
  public boolean endsWith(Path other) {
    return path.endsWith(behind(other));
  }

  @Override
  public Path normalize() {
    return at(path.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return at(path.resolve(behind(other)));
  }

  @Override
  public Path relativize(Path other) {
    return at(path.relativize(behind(other)));
  }

  @Override
  public URI toUri() {
    return path.toUri();
  }

  @Override
  public Path toAbsolutePath() {
    return at(path.toAbsolutePath());
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return at(path.toRealPath(options));
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(Path other) {
    return path.compareTo(behind(other));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
