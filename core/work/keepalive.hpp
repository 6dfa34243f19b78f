// TCP connections whose peer the network may swallow.
#pragma once
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace conductor::work {

inline void set_socket_option(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

// An idle connection whose peer has vanished ends within half a minute; the kernel asks, we sleep.
inline void keep_alive(int socket) {
  set_socket_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_socket_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_socket_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_socket_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace conductor::work
