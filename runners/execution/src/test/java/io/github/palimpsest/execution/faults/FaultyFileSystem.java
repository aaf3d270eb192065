package io.github.palimpsest.execution.faults;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;

/** The default file system, whose operations may fail. */
public final class FaultyFileSystem extends FileSystem {
  private final FaultyProvider provider;
  private final FileSystem behind = FileSystems.getDefault();

  /** A file system with these faults. */
  public FaultyFileSystem(Faults faults) {
    provider = new FaultyProvider(this, faults);
  }

  /** The same place in this file system. */
  public Path at(Path path) {
    return new FaultyPath(this, path);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return behind.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return behind.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return behind.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return at(behind.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
