package io.github.palimpsest.execution.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hands all operations on to the default file system, as far as the faults let it. */
final class FaultyProvider extends FileSystemProvider {
  private final FaultyFileSystem system;
  private final Faults faults;
  private final FileSystemProvider behind = FileSystems.getDefault().provider();

  FaultyProvider(FaultyFileSystem system, Faults faults) {
    this.system = system;
    this.faults = faults;
  }

  private Path checked(String what, Path path) throws IOException {
    Path there = FaultyPath.behind(path);
    faults.before(what, there, false);
    return there;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return system.at(Path.of(uri));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path there = checked("open", path);
    return new FaultyChannel(behind.newFileChannel(there, options, attributes), there, faults);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> content = new ArrayList<>();
    try (DirectoryStream<Path> all =
        behind.newDirectoryStream(checked("list", folder), p -> true)) {
      for (Path p : all) {
        Path here = system.at(p);
        if (filter.accept(here)) {
          content.add(here);
        }
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return content.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    behind.createDirectory(checked("create", folder), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    behind.delete(checked("delete", path));
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    behind.copy(checked("copy", from), FaultyPath.behind(to), options);
    faults.written(FaultyPath.behind(to));
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    Path target = FaultyPath.behind(to);
    behind.move(checked("move", from), target, options);
    faults.moved(FaultyPath.behind(from), target);
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return behind.isSameFile(checked("compare", one), FaultyPath.behind(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return behind.isHidden(FaultyPath.behind(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return behind.getFileStore(checked("store", path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    behind.checkAccess(checked("look", path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return behind.getFileAttributeView(FaultyPath.behind(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return behind.readAttributes(checked("look", path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return behind.readAttributes(checked("look", path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    behind.setAttribute(checked("set", path), name, value, options);
  }
}
