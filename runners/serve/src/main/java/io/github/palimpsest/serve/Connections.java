package io.github.palimpsest.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/** Connections that tell, while a request is answered, whether its client has closed its side. */
final class Connections extends ServerConnector {
  Connections(Server server, HttpConfiguration http) {
    super(server, new HttpConnectionFactory(http));
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint end = new Ahead(channel, selector, key, getScheduler());
    end.setIdleTimeout(getIdleTimeout());
    return end;
  }

  /** Whether a client has gone whose request has been read. Only its handler's thread may ask. */
  static boolean gone(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint() instanceof Ahead end
        && end.ended();
  }

  /**
   * Only a read shows an end, and what it finds instead is the beginning of the next request: one
   * byte, which is kept for the connection. The rest stays in the socket and wakes the connection.
   */
  private static final class Ahead extends SocketChannelEndPoint {
    private final ByteBuffer next = ByteBuffer.allocate(1).limit(0);

    Ahead(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    synchronized boolean ended() {
      if (next.hasRemaining()) {
        return false;
      }
      try {
        return super.fill(next) < 0;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public synchronized int fill(ByteBuffer buffer) throws IOException {
      if (!next.hasRemaining() || BufferUtil.space(buffer) == 0) {
        return super.fill(buffer);
      }
      return BufferUtil.append(buffer, next) + Math.max(0, super.fill(buffer));
    }
  }
}
